import CCurl
import Glibc

/// What every handle is told: the request itself, and the limits that hold for all.
func configure(_ easy: UnsafeMutableRawPointer, for transfer: CurlTransfer, certificates: String?) {
    let request = transfer.request
    connectCallbacks(of: easy, to: transfer)
    curl_set_text(easy, CURLOPT_URL, request.url.description)
    curl_set_text(easy, CURLOPT_USERAGENT, "reconcile")
    setMethod(easy, transfer)
    setHeaders(easy, transfer)
    curl_allow_http_only(easy)
    curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
    curl_leave_resolver_behind(easy)
    curl_set_long(easy, CURLOPT_PATH_AS_IS, 1)
    if let certificates { curl_set_text(easy, CURLOPT_CAINFO, certificates) }
    // Proxies come from the environment as for the curl program, but this machine itself is never behind one.
    if request.url.isLoopback { curl_set_text(easy, CURLOPT_NOPROXY, "*") }
    curl_set_long(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    curl_set_long(easy, CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
    limitTime(easy, transfer)
    chooseProtocol(easy, transfer)
}

private func limitTime(_ easy: UnsafeMutableRawPointer, _ transfer: CurlTransfer) {
    let milliseconds = min(transfer.request.deadline.inSeconds * 1_000, Double(Int32.max))
    curl_set_long(easy, CURLOPT_TIMEOUT_MS, max(1, Int(milliseconds)))
    curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, 10_000)
    curl_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, 1_000)
    // A registry is silent while it moves a finished upload into place, on slow storage for more than 30 s.
    curl_set_long(easy, CURLOPT_LOW_SPEED_TIME, transfer.lane.kind == .upload ? 120 : 30)
    curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1)
    curl_set_long(easy, CURLOPT_TCP_KEEPIDLE, 30)
    curl_set_long(easy, CURLOPT_TCP_KEEPINTVL, 15)
}

/// HTTP/2 for short requests, where many share a connection; HTTP/1.1 for streams, where a paused one must hold back
/// its own sender (TCP does) and no other stream (in one HTTP/2 connection it can).
private func chooseProtocol(_ easy: UnsafeMutableRawPointer, _ transfer: CurlTransfer) {
    guard transfer.lane.kind == .short else {
        curl_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        curl_set_long(easy, CURLOPT_BUFFERSIZE, 256 << 10)
        curl_set_long(easy, CURLOPT_UPLOAD_BUFFERSIZE, 256 << 10)
        return
    }
    curl_set_long(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
    if transfer.request.url.isSecure { curl_set_long(easy, CURLOPT_PIPEWAIT, 1) }
}

private func setMethod(_ easy: UnsafeMutableRawPointer, _ transfer: CurlTransfer) {
    let method = transfer.request.method
    if let size = transfer.uploadSize {
        curl_set_long(easy, CURLOPT_UPLOAD, 1)
        curl_set_offset(easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(size))
    }
    switch method {
    case .head: curl_set_long(easy, CURLOPT_NOBODY, 1)
    case .get, .put: break
    case .post, .delete: curl_set_text(easy, CURLOPT_CUSTOMREQUEST, method.rawValue)
    }
}

private func setHeaders(_ easy: UnsafeMutableRawPointer, _ transfer: CurlTransfer) {
    // An `Expect: 100-continue` would make servers that do not know it cost a second.
    var list = curl_slist_append(nil, "Expect:")
    for header in transfer.request.headers {
        // libcurl takes `Name:` for a removal and `Name;` for an empty value.
        let line = header.value.isEmpty ? header.name + ";" : header.name + ": " + header.value
        list = curl_slist_append(list, line) ?? list
    }
    transfer.headerList = list
    curl_set_headers(easy, list)
}
