/// Where in `desired/` something stands, for the faults found there.
struct Place {
    let file: DesiredFile
    /// The entry's name as written.
    let entry: String
    /// The key of the entry inside which this is; nil at the entry's own level.
    var key: String?

    /// Notes a fault at the byte `offset` of the file.
    func report(_ message: String, at offset: Int) {
        file.report((key.map { "\(quoted($0)): " } ?? "") + message, at: offset, entry: entry)
    }

    /// Runs `read`; what it throws becomes a fault at `offset` and the result nil.
    func attempt<Value>(at offset: Int, _ read: () throws(Malformed) -> Value) -> Value? {
        do {
            return try read()
        } catch {
            report(error.message, at: offset)
            return nil
        }
    }

    /// The place inside the value of `key`.
    func inside(_ key: String) -> Place {
        Place(file: file, entry: entry, key: self.key.map { "\($0).\(key)" } ?? key)
    }

    /// The members without those whose key stood before; each of these is a fault.
    func distinct(_ members: [JSON.Member]) -> [JSON.Member] {
        var first: [String: Int] = [:]
        return members.filter { member in
            guard let offset = first[member.key] else {
                first[member.key] = member.offset
                return true
            }
            report("\(quoted(member.key)) stands twice; first in line \(file.line(at: offset))", at: member.offset)
            return false
        }
    }
}
