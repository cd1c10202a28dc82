/// What a manifest points to; one that cannot be read is the registry's error at `image`.
func content(of manifest: Manifest, at image: ImageReference) throws(RegistryError) -> ManifestContent {
    try refusing(at: image) { () throws(Malformed) in try ManifestContent(manifest) }
}

/// Runs `read`; what it finds wrong is the registry's error at `image`.
func refusing<Value>(
    at image: ImageReference,
    _ read: () throws(Malformed) -> Value
) throws(RegistryError) -> Value {
    do {
        return try read()
    } catch {
        let (url, detail) = (image.description, error.message)
        throw RegistryError(kind: .refused, verb: "GET", url: url, status: 200, detail: detail, hint: nil)
    }
}
