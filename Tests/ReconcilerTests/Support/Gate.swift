import Glibc
import Synchronization

@testable import Reconciler

/// A web server that answers nobody before it is opened: a build or a copy that takes as long as a test wants.
final class Gate: Sendable {
    private final class State: Sendable {
        let isOpen = Atomic<Bool>(false)
    }

    private let state = State()
    private let server: FakeServer
    /// A mirrored image whose only layer comes when the gate is open.
    private static let layer = "a layer that takes its time"
    private static let configuration = #"{"architecture":"amd64","os":"linux"}"#

    private static let manifest: Manifest = {
        func descriptor(_ type: String, _ text: String) -> JSON {
            JSON(members: [
                ("mediaType", .string(type)), ("size", .number(text.utf8.count)),
                ("digest", .string(Digest.of(text.utf8))),
            ])
        }
        let json = JSON(members: [
            ("schemaVersion", 2), ("mediaType", .string(MediaType.ociManifest)),
            ("config", descriptor("application/vnd.oci.image.config.v1+json", configuration)),
            ("layers", .list([descriptor("application/vnd.oci.image.layer.v1.tar", layer)])),
        ])
        return Manifest(bytes: Array(json.compact.utf8), mediaType: MediaType.ociManifest)
    }()

    init() throws {
        let state = state
        server = try FakeServer { request in
            let target = request.target
            if target == "/v2/" { return .answer(200) }
            if target.contains("/manifests/") {
                let text = String(decoding: Self.manifest.bytes, as: UTF8.self)
                let length = request.method == "HEAD" ? ["Content-Length: \(text.utf8.count)"] : []
                let headers = [
                    "Content-Type: \(Self.manifest.mediaType)", "Docker-Content-Digest: \(Self.manifest.digest)",
                ]
                return .answer(200, headers + length, text)
            }
            if target.hasSuffix("\(Digest.of(Self.configuration.utf8))") { return .answer(200, [], Self.configuration) }
            while !state.isOpen.load(ordering: .acquiring) { usleep(5_000) }
            return .answer(200, [], target.contains("/blobs/") ? Self.layer : "go on")
        }
    }

    deinit { open() }

    var address: String { server.address }
    /// Whether a copy waits for its layer.
    var holdsCopy: Bool { server.lines.contains { $0.hasSuffix("\(Digest.of(Self.layer.utf8))") } }
    /// How often a build has come to its gate.
    var builds: Int { server.lines.count { $0 == "GET /build" } }

    func open() { state.isOpen.store(true, ordering: .releasing) }

    /// The files of an image whose build stands at the gate after `script`.
    func files(_ script: String = ":") -> [String: String] {
        let run = "\(script); /busybox wget -q -O /said http://\(address)/build"
        return ["Dockerfile": "FROM scratch\nCOPY busybox /\nRUN [\"/busybox\", \"sh\", \"-c\", \"\(run)\"]\n"]
    }
}
