/// What `status.json` of an earlier run tells of how things stood.
///
/// It is read line by line, as it was written: as one value 10,000 images would take twenty times the memory of what is
/// wanted of them.
struct EarlierStatus: Sendable {
    /// All but the images.
    let head: JSON
    let images: [ImageID: ImageStatus.Former]

    /// Reads what `StatusDocument` writes; nil for anything else.
    init?(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard let first = lines.first, let head = try? JSONReader.read(Array(first) + Array("]}".utf8)) else {
            return nil
        }
        self.head = head
        var images: [ImageID: ImageStatus.Former] = [:]
        for line in lines.dropFirst() {
            let value = line.last == UInt8(ascii: ",") ? line.dropLast() : line
            guard let json = try? JSONReader.read(value), let (image, former) = ImageStatus.Former.read(json) else {
                continue
            }
            images[image] = former
        }
        self.images = images
    }
}
