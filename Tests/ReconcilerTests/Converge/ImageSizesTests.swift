import Testing

@testable import Reconciler

struct ImageSizesTests {
    private func manifest(_ json: String, _ type: String) -> Manifest {
        Manifest(bytes: Array(json.utf8), mediaType: type)
    }

    private func image(_ sizes: [Int]) -> Manifest {
        let blobs = sizes.map { #"{"mediaType":"x","size":\#($0),"digest":"\#(SampleBoard.digest("\($0)"))"}"# }
        let layers = blobs.dropFirst().joined(separator: ",")
        return manifest(#"{"schemaVersion":2,"config":\#(blobs[0]),"layers":[\#(layers)]}"#, MediaType.ociManifest)
    }

    private func index(_ images: [Manifest]) -> Manifest {
        let children = images.map { image in
            #"{"mediaType":"\#(MediaType.ociManifest)","size":\#(image.bytes.count),"digest":"\#(image.digest)"}"#
        }
        let list = children.joined(separator: ",")
        return manifest(#"{"schemaVersion":2,"manifests":[\#(list)]}"#, MediaType.ociIndex)
    }

    @Test
    func `an image is as large as its config and layers, each counted once, and an index as its images`() {
        let (small, large, sizes) = (image([10, 200, 200]), image([20, 4_000]), ImageSizes())
        let both = index([small, large])
        sizes.note(small)
        sizes.note(both)
        #expect(sizes[small.digest] == 210)
        #expect(sizes[both.digest] == nil, "one of its images was not seen")
        sizes.note(large)
        sizes.note(both)
        #expect(sizes[both.digest] == 4_230)
    }

    @Test
    func `a size that was counted is remembered for as long as the image is the same`() throws {
        let counted = try SampleBoard.record("a")
        var found = counted
        found.size = nil
        #expect(found.sized(as: counted).size == 34_567)
        #expect(found.sized(as: nil).size == nil)
        let other = ImageRecord(
            origin: found.origin,
            digest: SampleBoard.digest("b"),
            tags: [.latest],
            time: found.time
        )
        #expect(other.sized(as: counted).size == nil)
        #expect(ImageRecord(counted.json) == counted)
    }
}
