import Synchronization

@testable import Reconciler

/// An upstream of single images that has whatever is asked for, and answers as told.
final class FakeUpstream: Sendable {
    /// What to answer instead, or which header lines to add.
    enum Mood: Sendable {
        case fine([String])
        case instead(FakeServer.Reply)
    }

    let server: FakeServer
    static let config = #"{"os":"linux","architecture":"amd64"}"#

    init(_ mood: @escaping @Sendable (FakeServer.Request) -> Mood) throws {
        server = try FakeServer { request in
            switch mood(request) {
            case .instead(let reply): reply
            case .fine(let headers): Self.answer(request, headers)
            }
        }
    }

    /// The manifest of the image of that name.
    static func manifest(of name: Substring) -> String {
        """
        {"schemaVersion":2,"mediaType":"\(MediaType.ociManifest)",\
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":\(config.utf8.count),\
        "digest":"\(Digest.of(config.utf8))"},"layers":[\(layer(of: name))]}
        """
    }

    private static func layer(of name: Substring) -> String {
        let type = "application/vnd.oci.image.layer.v1.tar"
        return #"{"mediaType":"\#(type)","size":\#(name.utf8.count),"digest":"\#(Digest.of(name.utf8))"}"#
    }

    private static func answer(_ request: FakeServer.Request, _ headers: [String]) -> FakeServer.Reply? {
        let parts = request.target.split(separator: "/")
        guard parts.count == 4, parts[0] == "v2" else { return nil }
        if parts[2] == "blobs" {
            let blobs = [config, String(parts[1])]
            return blobs.first { parts[3] == Digest.of($0.utf8).description }.map { .answer(200, headers, $0) }
        }
        let text = manifest(of: parts[1])
        let about = ["Docker-Content-Digest: \(Digest.of(text.utf8))", "Content-Type: \(MediaType.ociManifest)"]
        let length = request.method == "HEAD" ? ["Content-Length: \(text.utf8.count)"] : []
        return .answer(200, headers + about + length, text)
    }
}
