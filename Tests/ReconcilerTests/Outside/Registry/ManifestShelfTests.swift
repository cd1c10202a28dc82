import Testing

@testable import Reconciler

struct ManifestShelfTests {
    @Test func `of thousands of small manifests the latest few hundred are kept, and the last is always there`() async {
        let shelf = ManifestShelf()
        let all = (0..<5_000).map { Manifest(bytes: Array("\($0)".utf8), mediaType: MediaType.ociManifest) }
        for manifest in all {
            await shelf.keep(manifest)
            #expect(await shelf.holds(manifest.digest))
        }
        var held = 0
        for manifest in all where await shelf.holds(manifest.digest) { held += 1 }
        #expect((200...600).contains(held))
        #expect(await !shelf.holds(all[0].digest))
    }
}
