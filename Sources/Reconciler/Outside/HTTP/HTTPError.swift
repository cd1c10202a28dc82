import CCrypto
import CCurl

/// Why no answer came, or why it was not taken.
enum HTTPError: Error, Equatable, CustomStringConvertible {
    /// The host was not found or let nobody in.
    case unreachable(String)
    /// The connection ended or broke in the middle.
    case broken(String)
    /// The deadline passed, or the bytes came too slowly.
    case tooSlow
    /// The certificate or the TLS exchange is not in order.
    case insecure(String)
    /// More bytes came than the limit in bytes allows.
    case tooLarge(limit: Int)
    /// The request or the answer is against the rules of this program.
    case refused(String)
    case cancelled

    /// Whether the same request may well succeed in a moment.
    var isTransient: Bool {
        switch self {
        case .unreachable, .broken, .tooSlow: true
        case .insecure, .tooLarge, .refused, .cancelled: false
        }
    }

    /// What a person can do about a request to `host`; nil where the description says it.
    func cure(for host: String) -> String? {
        switch self {
        case .unreachable(Self.noHost): "mend the name, or this machine's DNS"
        case .unreachable(Self.noProxy): "mend http_proxy and https_proxy in the environment"
        case .unreachable: "see that \(host) runs, and that no firewall is in between"
        case .broken, .tooSlow: "it is tried again; if it stays so, see to \(host) and the network"
        case .insecure: "\(host) must show a certificate for its name, of an authority that this machine trusts"
        case .tooLarge, .refused, .cancelled: nil
        }
    }

    private static let noHost = "no such host"
    private static let noProxy = "no such proxy"

    var description: String {
        switch self {
        case .unreachable(let why), .broken(let why), .insecure(let why), .refused(let why): visible(why)
        case .tooSlow: "no answer in time"
        case .tooLarge(let limit): "the answer is larger than \(ByteCount(bytes: Int64(limit)))"
        case .cancelled: "cancelled"
        }
    }
}

extension HTTPError {
    /// What libcurl says about a transfer that failed, and OpenSSL about its certificate (0: nothing).
    init(_ code: CURLcode, certificate: Int = 0) {
        let words = String(cString: curl_easy_strerror(code))
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: self = .unreachable(Self.noHost)
        case CURLE_COULDNT_RESOLVE_PROXY: self = .unreachable(Self.noProxy)
        case CURLE_COULDNT_CONNECT: self = .unreachable("cannot connect")
        case CURLE_OPERATION_TIMEDOUT: self = .tooSlow
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM,
            CURLE_SEND_FAIL_REWIND, CURLE_WEIRD_SERVER_REPLY:
            self = .broken("the connection broke: \(words)")
        case CURLE_PEER_FAILED_VERIFICATION where certificate != 0:
            self = .insecure("its certificate: " + String(cString: X509_verify_cert_error_string(certificate)))
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER:
            self = .insecure(words)
        default: self = .refused(words)
        }
    }
}
