extension RegistryLooks {
    /// Asks for the manifest of each image that is to be put back: whether the kept registry still has it.
    func stored(of drifts: [Drift]) async -> [ImageID: Observed<Digest>] {
        let places = drifts.compactMap { drift -> (ImageID, ImageReference)? in
            guard case .drifted(.putBack(let record, _, _), _) = drift.verdict, let name = drift.image.repository else {
                return nil
            }
            return (drift.image, ImageReference(registry: host, repository: name, digest: record.digest))
        }
        let looks = await sideBySide(places, atMost: Self.width) { id, place in (id, await digest(place)) }
        return Dictionary(looks) { first, _ in first }
    }
}
