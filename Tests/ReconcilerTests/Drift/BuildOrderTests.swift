import Testing

@testable import Reconciler

struct BuildOrderTests {
    private func order(_ edges: [(String, [String])]) -> BuildOrder {
        let images = edges.map { ImageID.build($0.0) }
        let bases = Dictionary(
            uniqueKeysWithValues: edges.map { (ImageID.build($0.0), $0.1.map { ImageID.build($0) }) }
        )
        return BuildOrder(images, bases: bases)
    }

    private func ring(_ order: BuildOrder, _ name: String) -> String? {
        order.rings[.build(name)]?.map(\.description).joined(separator: " → ")
    }

    @Test func `each image comes after those it is built on`() {
        let order = order([
            ("leaf", ["middle", "other"]), ("other", []), ("middle", ["base", "elsewhere"]), ("base", []),
        ])
        #expect(order.order.map(\.description) == ["base", "middle", "other", "leaf"])
        #expect(order.rings.isEmpty)
    }

    @Test func `a ring is spelled out from its first image on, and what is built on it is in none`() {
        let order = order([("z", ["b"]), ("a", ["c"]), ("b", ["a"]), ("c", ["b"]), ("own", ["own"]), ("free", [])])
        for name in ["a", "b", "c"] { #expect(ring(order, name) == "a → c → b → a") }
        #expect(ring(order, "own") == "own → own")
        #expect(ring(order, "z") == nil && ring(order, "free") == nil)
        #expect(Set(order.order.map(\.description)) == ["z", "a", "b", "c", "own", "free"])
    }

    @Test func `a chain as long as a file ends no stack`() {
        let count = 20_000
        let order = order((0..<count).map { ("i\($0)", $0 + 1 < count ? ["i\($0 + 1)"] : []) })
        #expect(order.order.first?.description == "i\(count - 1)")
        #expect(order.order.count == count)
    }
}

struct KeptNamesTests {
    private let names: KeptNames

    init() throws {
        let files = [
            "build.json": #"{ "tool": { "URL": "https://example.org/a.git", "tags": ["latest", "{commit}"] } }"#,
            "mirror.json": #"[ "alpine:3.20", { "image": "quay.io/a/b:1", "as": "b" } ]"#,
        ]
        let desired = try DesiredReader().read { name in files[name].map { Array($0.utf8) } }
        names = KeptNames(
            desired,
            desired.mirrors.flatMap(\.namedTags),
            registry: try RegistryHost("127.0.0.1:5050"),
            publicName: try RegistryHost("docker.example.org")
        )
    }

    @Test(arguments: [
        ("alpine:3.20", "mirror alpine:3.20"), ("docker.io/library/alpine:3.20", "mirror alpine:3.20"),
        ("alpine:3.21", "docker.io/library/alpine:3.21"), ("quay.io/a/b:1", "mirror b:1"),
        ("127.0.0.1:5050/tool:latest", "build tool"), ("localhost:5050/tool:latest", "build tool"),
        ("localhost:5051/tool:latest", "localhost:5051/tool:latest"), ("docker.example.org/tool:latest", "build tool"),
        ("docker.example.org/b:1", "mirror b:1"), ("docker.example.org/tool:other", "127.0.0.1:5050/tool:other"),
        ("localhost.evil:5050/tool:latest", "localhost.evil:5050/tool:latest"),
    ])
    func `an image is known by its name here, the public one and the upstream's`(text: String, expected: String) throws
    {
        let base = names.base(try ImageReference(text))
        switch base {
        case .kept(let id, _): #expect("\(id.kind.rawValue) \(id)" == expected)
        case .elsewhere(let image): #expect(image.description == expected)
        }
    }
}

struct BuildInputsTests {
    @Test func `lines without bases are read, and those with them come back`() throws {
        let id = try ObjectID(String(repeating: "a", count: 40))
        let plain = BuildInputs(tree: id, dockerfile: id, options: [:])
        #expect(!plain.json.compact.contains("bases"))
        #expect(BuildInputs(plain.json) == plain)
        let based = BuildInputs(tree: id, dockerfile: id, options: [:], bases: ["alpine:3": .of([1]), "b:1": .of([2])])
        #expect(BuildInputs(based.json) == based)
        #expect(based.fingerprint != plain.fingerprint)
    }

    @Test func `of former tags those with placeholders stay, the latest of them`() throws {
        let build = #"{ "a": { "URL": "https://example.org/a.git", "tags": ["latest", "v-{short}"], "keep": 2 } }"#
        let desired = try DesiredReader().read { name in name == "build.json" ? Array(build.utf8) : nil }
        let former = try ["v-1", "v-2", "v-3", "stable", "latest"].enumerated().map { number, tag in
            (tag: try Tag(tag), left: Moment(seconds: Int64(number)))
        }
        #expect(desired.builds[0].kept(of: former) == [try Tag("v-2"), try Tag("v-3")])
    }

    @Test(arguments: [
        ("v1.10", "v1.9"), ("v1.0", "v1.0-rc1"), ("v1.0-rc10", "v1.0-rc9"), ("2", "1.9.9"), ("v1.0.1", "v1.0"),
    ])
    func `the higher version is told`(higher: String, lower: String) {
        #expect(isHigher(higher, than: lower) && !isHigher(lower, than: higher))
    }
}
