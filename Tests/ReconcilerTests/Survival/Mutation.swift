/// Makes inputs that nobody wrote out of ones that somebody did.
struct Mutation {
    /// Good and bad inputs to begin with.
    let seeds: [[UInt8]]
    /// What is put in between now and then: what the grammar is made of.
    let tokens: [[UInt8]]
    private var numbers: SeededGenerator

    /// The largest input that is made; parsers have limits of their own, which the tables try.
    private static let largest = 64 << 10

    init(seeds: [[UInt8]], tokens: [[UInt8]], seed: UInt64) {
        self.seeds = seeds
        // Control characters, bytes that are no UTF-8, and numbers at the edges belong to every grammar.
        let edges = [
            "\0", "\r", "\n", "\u{1B}[", "\u{202E}", "9223372036854775808", "-1", "1e999", "\"", "\\", "%", "/../",
        ]
        self.tokens = tokens + edges.map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]]
        numbers = SeededGenerator(state: seed)
    }

    /// Another input, after one to eight changes.
    mutating func next() -> [UInt8] {
        var bytes = pick(seeds)
        for _ in 0..<Int.random(in: 1...8, using: &numbers) { change(&bytes) }
        return Array(bytes.prefix(Self.largest))
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = Int.random(in: 0...bytes.count, using: &numbers)
        switch Int.random(in: 0..<9, using: &numbers) {
        case 0 where !bytes.isEmpty: bytes[place % bytes.count] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
        case 1 where !bytes.isEmpty: bytes[place % bytes.count] = UInt8.random(in: 0...255, using: &numbers)
        case 2: bytes.removeSubrange(part(of: bytes, from: place))
        case 3: bytes.insert(contentsOf: bytes[part(of: bytes, from: place)], at: place)
        case 4: bytes.insert(contentsOf: pick(tokens), at: place)
        case 5:
            let token = pick(tokens)
            let count = min(1 << Int.random(in: 1...12, using: &numbers), Self.largest / max(1, token.count))
            bytes.insert(contentsOf: (0..<count).flatMap { _ in token }, at: place)
        case 6: bytes = bytes.prefix(place) + pick(seeds).suffix(Int.random(in: 0...200, using: &numbers))
        case 7: bytes = Array(bytes.prefix(place))
        default: bytes.replaceSubrange(part(of: bytes, from: place), with: pick(tokens))
        }
    }

    private mutating func part(of bytes: [UInt8], from place: Int) -> Range<Int> {
        place..<min(bytes.count, place + (1 << Int.random(in: 0...6, using: &numbers)))
    }

    private mutating func pick(_ inputs: [[UInt8]]) -> [UInt8] { inputs.randomElement(using: &numbers) ?? [] }
}
