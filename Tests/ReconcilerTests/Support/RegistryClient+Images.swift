@testable import Reconciler

extension DockerCredentials {
    /// No credentials at all.
    static var none: DockerCredentials { DockerCredentials(folder: nil) { _, _ in nil } }
}

extension RegistryClient {
    /// Puts an image with a config and layers of these texts, and returns its manifest.
    @discardableResult
    func putImage(_ image: ImageReference, layers: [String]) async throws -> Manifest {
        let config = #"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#
        let blobs = ([config] + layers).map { Array($0.utf8) }
        for blob in blobs { try await upload(blob, as: .of(blob), into: ImageRepository(of: image)) }
        func descriptor(_ blob: [UInt8], _ type: String) -> String {
            #"{"mediaType":"\#(type)","size":\#(blob.count),"digest":"\#(Digest.of(blob))"}"#
        }
        let layerType = "application/vnd.oci.image.layer.v1.tar"
        let text = """
            {"schemaVersion":2,"mediaType":"\(MediaType.ociManifest)",\
            "config":\(descriptor(blobs[0], "application/vnd.oci.image.config.v1+json")),\
            "layers":[\(blobs.dropFirst().map { descriptor($0, layerType) }.joined(separator: ","))]}
            """
        let manifest = Manifest(bytes: Array(text.utf8), mediaType: MediaType.ociManifest)
        try await put(manifest, as: image)
        return manifest
    }
}
