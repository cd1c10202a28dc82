/// The file names of an image's build output in `logs/`.
///
/// `/` becomes `+` and `:` becomes `@`, which no image name has, so two images never share a file; a name too long for a
/// file keeps its first 150 bytes and gets a hash.
struct BuildLogName: Hashable, Sendable {
    /// The newest is `NAME.txt`, the ones before it `NAME~1.txt` to `NAME~4.txt`.
    static let kept = 5

    private let stem: String

    init(_ image: ImageID) {
        let mapped = String(
            decoding: image.description.utf8.map { byte in
                switch byte {
                case UInt8(ascii: "/"): UInt8(ascii: "+")
                case UInt8(ascii: ":"): UInt8(ascii: "@")
                case _ where isTagByte(byte): byte
                default: UInt8(ascii: "~")
                }
            },
            as: UTF8.self
        )
        let isPlain = (1...150).contains(mapped.utf8.count) && !mapped.hasPrefix(".") && !mapped.contains("~")
        stem =
            isPlain
            ? mapped : "\(mapped.drop { $0 == "." }.prefix(150))~\(sha256Hex(image.description.utf8).prefix(16))"
    }

    /// The file of the newest build, or of one that is `age` builds older.
    func file(age: Int = 0) -> String { age == 0 ? stem + ".txt" : "\(stem)~\(age).txt" }
}
