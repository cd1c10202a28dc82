import CCurl
import Glibc

/// One request under way: what its libcurl handle reads from and writes to.
///
/// `@unchecked Sendable` because it is built by a task and handed over to the loop's thread with a lock in between;
/// from then on only that thread touches it.
final class CurlTransfer: @unchecked Sendable {
    enum Sink {
        case memory
        case pipe(BlobPipe)
    }

    enum Source {
        case bytes([UInt8])
        case file(descriptor: Int32, size: Int64)
        case pipe(BlobPipe)
    }

    enum Stage {
        case new
        case waiting
        case running(UnsafeMutableRawPointer)
        case finished
    }

    let request: HTTPRequest
    let lane: Lane
    let sink: Sink
    let pipe: BlobPipe?
    var source: Source?
    var stage = Stage.new
    var headerList: UnsafeMutablePointer<curl_slist>?
    /// Why a callback ended the transfer; it says more than libcurl's "aborted by callback".
    var failure: HTTPError?

    /// Whether the rest of an answer was cut off on purpose: what is known of it is enough.
    private(set) var isCut = false
    private(set) var headerLines: [UInt8] = []
    private var headerCount = 0
    private var isHeadComplete = false
    private var body: [UInt8] = []
    private var received = 0
    private var sent: Int64 = 0
    /// Where in the blob the answer is to go on, nil for the first answer that flows into the pipe.
    private var offset: Int64?
    /// How many bytes of the answer's body the pipe has already, and which are passed over.
    private var surplus: Int64 = 0
    /// Whether the answer's body belongs into the pipe.
    private(set) var feedsPipe: Bool
    /// Set before the hand-over; called once.
    var completion: (@Sendable (Result<HTTPResponse, HTTPError>) -> Void)?

    /// A request whose answer is kept in memory; `uploading` gives it the bytes of a download as its body.
    init(_ request: HTTPRequest, uploading pipe: BlobPipe? = nil) {
        self.request = request
        self.pipe = pipe
        feedsPipe = false
        sink = .memory
        switch request.body {
        case _ where pipe != nil: source = pipe.map(Source.pipe)
        case .none: source = nil
        case .bytes(let bytes): source = .bytes(bytes)
        case .file: source = .file(descriptor: -1, size: 0)
        }
        let isStream = if case .bytes = source { false } else { source != nil }
        lane = Lane(request.url, isStream ? .upload : .short)
    }

    /// A request whose successful answer flows into `pipe`; it completes as soon as its head is there.
    ///
    /// `offset` is for a second one that asks for the rest from there on; should all come, the first bytes are passed over.
    init(_ request: HTTPRequest, into pipe: BlobPipe, from offset: Int64? = nil) {
        self.request = request
        self.offset = offset
        feedsPipe = offset == nil
        self.pipe = pipe
        sink = .pipe(pipe)
        lane = Lane(request.url, .download)
    }

    /// The size of the body to send, nil if there is none.
    var uploadSize: Int64? {
        switch source {
        case nil: request.method == .post || request.method == .put ? 0 : nil
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, let size): size
        case .pipe(let pipe): pipe.length
        }
    }

    /// Opens the file to send, if it is one; tells why that failed.
    func openFile() -> HTTPError? {
        guard case .file = source, case .file(let path) = request.body else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var facts = stat()
        guard descriptor >= 0, fstat(descriptor, &facts) == 0 else {
            return .refused("cannot read \(path): \(errnoText())")
        }
        source = .file(descriptor: descriptor, size: Int64(facts.st_size))
        return nil
    }

    func closeFile() {
        guard case .file(let descriptor, _) = source, descriptor >= 0 else { return }
        close(descriptor)
        source = nil
    }

    /// Answers whoever waits; only the first call does.
    func complete(_ result: Result<HTTPResponse, HTTPError>) {
        completion?(result)
        completion = nil
    }

    /// The answer as far as it has come.
    func response(status: Int) -> HTTPResponse {
        HTTPResponse(status: status, headers: HTTPHeaders(headerLines), body: body)
    }
}

// What libcurl's callbacks do; each returns what libcurl expects of it.
extension CurlTransfer {
    private static let headerLimit = 64 << 10
    private static let errorBodyLimit = 64 << 10

    func takeHeader(_ line: UnsafeRawBufferPointer, status: Int) -> Int {
        headerCount += line.count
        guard headerCount <= Self.headerLimit else {
            failure = .tooLarge(limit: Self.headerLimit)
            return 0
        }
        guard !isHeadComplete else { return line.count }
        if line.starts(with: "HTTP/".utf8) { headerLines.removeAll(keepingCapacity: true) }
        headerLines.append(contentsOf: line)
        let isBlank = line.first == UInt8(ascii: "\r") || line.first == UInt8(ascii: "\n")
        guard isBlank, status >= 200 else { return line.count }
        isHeadComplete = true
        if case .pipe = sink, (200..<300).contains(status) {
            guard goesOn(status) else { return 0 }
            complete(.success(response(status: status)))
        }
        // Who drops the body has all there is: what becomes of the rest changes nothing.
        if case .dropped = request.reception { complete(.success(response(status: status))) }
        return line.count
    }

    /// Finds the place where a second answer goes on with the first (RFC 9110 section 14.4); false if there is none.
    private func goesOn(_ status: Int) -> Bool {
        guard let offset else { return true }
        let range = HTTPHeaders(headerLines)["Content-Range"] ?? ""
        guard status != 206 || range.hasPrefix("bytes \(offset)-") else {
            failure = .refused("asked for what follows byte \(offset), it gives \(range.isEmpty ? "something" : range)")
            return false
        }
        (feedsPipe, surplus) = (true, status == 206 ? 0 : offset)
        return true
    }

    func takeBody(_ bytes: UnsafeRawBufferPointer, status: Int) -> Int {
        let isSuccess = (200..<300).contains(status)
        if case .pipe(let pipe) = sink, isSuccess {
            let known = Int(min(surplus, Int64(bytes.count)))
            switch pipe.write(.init(rebasing: bytes[known...])) {
            case .written:
                surplus -= Int64(known)
                return bytes.count
            case .full: return Int(curl_pause_write)
            case .overflow:
                failure = .refused("more bytes come than the \(pipe.length) announced")
                return 0
            }
        }
        received += bytes.count
        switch request.reception {
        case .kept(let limit) where isSuccess:
            guard received <= limit else {
                failure = .tooLarge(limit: limit)
                return 0
            }
            body.append(contentsOf: bytes)
        case .firstByte where isSuccess:
            if body.isEmpty { body.append(contentsOf: bytes.prefix(1)) }
            isCut = received > 1
        case .kept, .firstByte:
            let room = Self.errorBodyLimit - body.count
            body.append(contentsOf: bytes.prefix(room))
            isCut = bytes.count > room
        case .dropped:
            isCut = received > Self.errorBodyLimit
        }
        return isCut ? 0 : bytes.count
    }

    /// Whether the answer, which broke off with `failure`, says enough: there is no first byte to be had.
    func isEnough(_ failure: HTTPError, status: Int) -> Bool {
        guard case .firstByte = request.reception, case .broken = failure else { return false }
        return isHeadComplete && (200..<300).contains(status)
    }

    func giveBody(_ room: UnsafeMutableRawBufferPointer) -> Int {
        switch source {
        case nil: return 0
        case .bytes(let bytes):
            let part = bytes[Int(sent)...].prefix(room.count)
            room.copyBytes(from: part)
            sent += Int64(part.count)
            return part.count
        case .file(let descriptor, let size):
            let wanted = min(room.count, Int(size - sent))
            let count = pread(descriptor, room.baseAddress, wanted, off_t(sent))
            guard count > 0 || wanted == 0 else {
                failure = .refused("the file to send has become shorter, or cannot be read")
                return Int(curl_abort_read)
            }
            sent += Int64(count)
            return count
        case .pipe(let pipe):
            switch pipe.read(into: room) {
            case .read(let count): return count
            case .empty: return Int(curl_pause_read)
            case .broken(let why):
                failure = why
                return Int(curl_abort_read)
            }
        }
    }

    /// Goes to another place in the body, for a second try on a new connection; a pipe cannot.
    func seekBody(to offset: Int64) -> Bool {
        if case .pipe(let pipe) = source { return offset == 0 && pipe.isUnread }
        guard offset >= 0, offset <= uploadSize ?? 0 else { return false }
        sent = offset
        return true
    }

    /// Whether a connection to this address would be against the request's rules.
    func refuses(_ address: NetworkAddress?) -> Bool {
        guard request.refusesLinkLocal, let objection = address?.objection else { return false }
        failure = .refused("\(request.url.host) is \(objection)")
        return true
    }
}
