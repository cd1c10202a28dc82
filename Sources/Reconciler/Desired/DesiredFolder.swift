import Glibc

extension DesiredReader {
    /// Reads the folder `desired` below `checkout`; a folder that is not there is a fault, a missing file is not.
    func read(checkout: String) throws(InvalidDesired) -> Desired { try read(DesiredFiles(checkout: checkout)) }

    /// Reads files that were taken from some place before.
    func read(_ files: DesiredFiles) throws(InvalidDesired) -> Desired {
        guard files.hasFolder else {
            let message = "there is no such folder in \(files.place); name the config repo's checkout with --config"
            let fault = ConfigurationFault(file: "desired", position: nil, entry: nil, message: message)
            throw InvalidDesired(faults: [fault])
        }
        let misnamed = files.misnamed
        let desired: Desired
        do throws(InvalidDesired) {
            desired = try read { name throws(Malformed) in try files.contents[name]?.get() }
        } catch {
            throw InvalidDesired(faults: misnamed + error.faults)
        }
        guard misnamed.isEmpty else { throw InvalidDesired(faults: misnamed) }
        return desired
    }
}

extension DesiredFiles {
    /// Takes the files from the folder `desired` below `checkout`.
    init(checkout: String) {
        let folder = checkout + "/desired"
        var status = stat()
        self.init(place: checkout, hasFolder: stat(folder, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR)
        if hasFolder { others = ((try? listFolder(folder)) ?? []).filter { !Self.names.contains($0) } }
        for name in Self.names where hasFolder {
            do throws(Malformed) {
                if let bytes = try Reconciler.contents(of: folder + "/" + name) { contents[name] = .success(bytes) }
            } catch {
                contents[name] = .failure(error)
            }
        }
    }
}

/// The bytes of a regular file, one more than the most that is read at most; nil if there is no such file.
private func contents(of path: String) throws(Malformed) -> [UInt8]? {
    // Without O_NONBLOCK, opening a FIFO waits for a writer for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
        let number = errno
        if number == ENOENT, ((try? fileKind(path)) ?? nil) == .link {
            throw Malformed("is a symbolic link that leads nowhere; mend it or remove it")
        }
        if number == ENOENT { return nil }
        throw Malformed("cannot be opened: \(errnoText(number))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw Malformed("is no regular file")
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= DesiredReader.largestFile {
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw Malformed("cannot be read: \(errnoText())") }
        guard count > 0 else { break }
        bytes += buffer[..<count]
    }
    return bytes
}
