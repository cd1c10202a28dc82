import Glibc

/// The HTTP transport of the whole program: one thread, one pool of connections, no redirects, limits on everything.
final class HTTPClient: Sendable {
    private let loop: CurlLoop
    private let lookUp: NameLookUp

    /// A client that trusts the certificate authorities in the PEM file `certificates`: by default the one that
    /// `$SSL_CERT_FILE` names, as for other registry clients, else the system's.
    init(
        certificates: String? = getenv("SSL_CERT_FILE").map { String(cString: $0) },
        lookUp: NameLookUp = NameLookUp()
    ) {
        loop = CurlLoop(certificates: certificates)
        self.lookUp = lookUp
    }

    deinit { loop.stop() }

    /// Runs `body` on the thread of the transport, which is quickest where many short requests follow each other.
    ///
    /// All transfers wait while something runs there, so nothing in it may block or take long.
    func onOwnThread<Value: Sendable>(_ body: () async -> Value) async -> Value {
        await withTaskExecutorPreference(loop) { await body() }
    }

    /// Sends `request` and waits for the whole answer, whatever its status.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        try await request.checkRules(lookUp)
        return try await perform(CurlTransfer(request))
    }

    /// Sends `request` and waits for the head of its answer; the body of a successful one stays with the sender until
    /// `send(_:uploading:mending:progress:)` takes it; it must amount to `length` bytes, anything else fails the upload.
    ///
    /// With `canBeMended` a break in the middle is one only if the upload's `mending` says so.
    func open(_ request: HTTPRequest, length: Int64, canBeMended: Bool = false) async throws(HTTPError) -> HTTPDownload
    {
        try await request.checkRules(lookUp)
        let pipe = BlobPipe(length: length)
        let (breaks, more) = AsyncStream<BlobPipe.Break>.makeStream()
        if canBeMended { pipe.onBreak = { more.yield($0) } }
        let transfer = CurlTransfer(request, into: pipe)
        let response = try await perform(transfer)
        return HTTPDownload(request.url, response, pipe, transfer, loop, breaks)
    }

    /// Sends `request` for what follows the first `offset` bytes of `broken`, to go on with it from there; an answer with
    /// all of the bytes will do too.
    func reopen(
        _ request: HTTPRequest,
        from offset: Int64,
        of broken: HTTPDownload
    ) async throws(HTTPError) -> HTTPDownload {
        try await request.checkRules(lookUp)
        let transfer = CurlTransfer(request, into: broken.pipe, from: offset)
        let response = try await perform(transfer)
        return HTTPDownload(request.url, response, broken.pipe, transfer, loop, broken.breaks)
    }

    /// Sends `request` with the bytes of `download` as its body; only a bounded part of them is ever in memory.
    ///
    /// `mending` is asked to `reopen` a download that broke, and tells why it did not. `progress` is called on the
    /// transport's thread with the bytes so far, often; it must not block.
    func send(
        _ request: HTTPRequest,
        uploading download: HTTPDownload,
        mending: (@Sendable (BlobPipe.Break) async -> HTTPError?)? = nil,
        progress: (@Sendable (Int64) -> Void)? = nil
    ) async throws(HTTPCopyError) -> HTTPResponse {
        download.pipe.progress = progress
        defer { withExtendedLifetime(download) {} }
        let (pipe, loop, breaks) = (download.pipe, loop, download.breaks)
        let repair = mending.map { mend in
            Task {
                for await place in breaks {
                    if let why = await mend(place) { loop.giveUp(pipe, why) }
                }
            }
        }
        defer { repair?.cancel() }
        do throws(HTTPError) {
            try await request.checkRules(lookUp)
            return try await perform(CurlTransfer(request, uploading: download.pipe))
        } catch {
            if let fault = download.pipe.faultOfSource { throw .source(fault) }
            throw .destination(error)
        }
    }

    private func perform(_ transfer: CurlTransfer) async throws(HTTPError) -> HTTPResponse {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.completion = { continuation.resume(returning: $0) }
                loop.start(transfer)
            }
        } onCancel: {
            loop.cancel(transfer)
        }
        return try result.get()
    }
}

/// A successful answer whose body has not been taken yet, or a whole answer without success; ends with its last owner.
final class HTTPDownload: Sendable {
    let url: HTTPURL
    /// The head; the body is there only if the status is no success.
    let response: HTTPResponse
    fileprivate let pipe: BlobPipe
    private let transfer: CurlTransfer
    private let loop: CurlLoop
    fileprivate let breaks: AsyncStream<BlobPipe.Break>

    fileprivate init(
        _ url: HTTPURL,
        _ response: HTTPResponse,
        _ pipe: BlobPipe,
        _ transfer: CurlTransfer,
        _ loop: CurlLoop,
        _ breaks: AsyncStream<BlobPipe.Break>
    ) {
        self.url = url
        self.response = response
        self.pipe = pipe
        self.transfer = transfer
        self.loop = loop
        self.breaks = breaks
    }

    deinit { loop.cancel(transfer) }
}

/// Which end of a copy failed.
enum HTTPCopyError: Error, Equatable {
    case source(HTTPError)
    case destination(HTTPError)
}

extension HTTPRequest {
    /// Refuses what must never go out, before anything is connected.
    fileprivate func checkRules(_ lookUp: NameLookUp) async throws(HTTPError) {
        if carriesCredentials, !url.isSecure, !url.isLoopback {
            throw .refused("credentials are not sent in the clear; use https")
        }
        if refusesLinkLocal, let objection = await lookUp.objection(to: url) {
            throw .refused("\(url.host) is \(objection)")
        }
        let isClean = headers.allSatisfy { header in
            header.name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: ":") && $0 < 0x7F }
                && header.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
        guard isClean else { throw .refused("a header holds a control character") }
    }
}
