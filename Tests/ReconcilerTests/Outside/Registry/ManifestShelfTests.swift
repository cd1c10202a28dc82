import Testing

@testable import Reconciler

struct ManifestShelfTests {
    @Test func `of thousands of small manifests about the latest thousand are kept, and the last always`() async {
        let shelf = ManifestShelf()
        let all = (0..<5_000).map { Manifest(bytes: Array("\($0)".utf8), mediaType: MediaType.ociManifest) }
        for manifest in all {
            await shelf.keep(manifest)
            #expect(await shelf.holds(manifest.digest))
        }
        var held = 0
        for manifest in all where await shelf.holds(manifest.digest) { held += 1 }
        #expect((700...1_536).contains(held))
        #expect(await !shelf.holds(all[0].digest))
    }

    @Test func `there is room for what is loaded ahead as long as none of it is pushed out`() async {
        let shelf = ManifestShelf()
        var ahead: [Manifest] = []
        while await shelf.hasRoom, ahead.count < 5_000 {
            ahead.append(Manifest(bytes: Array("\(ahead.count)".utf8), mediaType: MediaType.ociManifest))
            await shelf.keep(ahead[ahead.count - 1])
        }
        #expect(ahead.count == 1_024)
        for manifest in ahead { #expect(await shelf.holds(manifest.digest)) }
        let large = ManifestShelf()
        for byte in UInt8(0)..<4 {
            let bytes = [UInt8](repeating: byte, count: 300_000)
            await large.keep(Manifest(bytes: bytes, mediaType: MediaType.ociManifest))
        }
        #expect(await !large.hasRoom)
    }
}
