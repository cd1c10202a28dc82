import CCurl
import Glibc

/// Points every callback of `easy` at `transfer`, which must stay alive until the handle is reset.
func connectCallbacks(of easy: UnsafeMutableRawPointer, to transfer: CurlTransfer) {
    curl_set_callbacks(
        easy,
        Unmanaged.passUnretained(transfer).toOpaque(),
        { bytes, size, count, context in
            guard let transfer = owner(context), let bytes else { return 0 }
            return transfer.takeHeader(
                UnsafeRawBufferPointer(start: bytes, count: size * count),
                status: status(of: transfer)
            )
        },
        { bytes, size, count, context in
            guard let transfer = owner(context), let bytes else { return 0 }
            return transfer.takeBody(
                UnsafeRawBufferPointer(start: bytes, count: size * count),
                status: status(of: transfer)
            )
        },
        { room, size, count, context in
            guard let transfer = owner(context), let room else { return Int(curl_abort_read) }
            return transfer.giveBody(UnsafeMutableRawBufferPointer(start: room, count: size * count))
        },
        { context, offset, origin in
            guard origin == SEEK_SET, let transfer = owner(context) else { return CURL_SEEKFUNC_CANTSEEK }
            return transfer.seekBody(to: Int64(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK
        },
        { context, _, address in
            guard let transfer = owner(context), let address else { return -1 }
            let isRefused = withUnsafePointer(to: &address.pointee.addr) { transfer.refuses(NetworkAddress($0)) }
            return isRefused ? -1 : curl_open_socket(address)
        },
        { context, peer, _, _, _ in
            // A connection opened by a request with other rules may be reused; so the address is looked at again.
            guard let transfer = owner(context), let peer else { return CURL_PREREQFUNC_ABORT }
            return transfer.refuses(NetworkAddress(String(cString: peer))) ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK
        }
    )
}

private func owner(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
    context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
}

private func status(of transfer: CurlTransfer) -> Int {
    guard case .running(let easy) = transfer.stage else { return 0 }
    return curl_get_status(easy)
}
