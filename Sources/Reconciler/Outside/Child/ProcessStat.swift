import Glibc

/// What `/proc/PID/stat` says of a process (proc(5)).
struct ProcessStat: Sendable, Equatable {
    let pid: pid_t
    let parent: pid_t
    let group: pid_t
    let session: pid_t
    let isZombie: Bool
    /// Clock ticks after boot; with the pid it names one process for ever.
    let startTime: UInt64

    /// The process as it is now; nil if there is none.
    init?(_ pid: pid_t) {
        guard let text = try? readFile("/proc/\(pid)/stat", atMost: 4_096) else { return nil }
        self.init(pid, text: String(decoding: text, as: UTF8.self))
    }

    /// Reads the line; the program's name in it may hold spaces and parentheses.
    init?(_ pid: pid_t, text: String) {
        guard let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard fields.count > 19, let parent = pid_t(fields[1]), let group = pid_t(fields[2]),
            let session = pid_t(fields[3]), let startTime = UInt64(fields[19])
        else { return nil }
        self.pid = pid
        self.parent = parent
        self.group = group
        self.session = session
        self.isZombie = fields[0] == "Z"
        self.startTime = startTime
    }

    /// Every process that can be seen.
    static func all() -> [ProcessStat] {
        let names = (try? listFolder("/proc")) ?? []
        return names.compactMap { pid_t($0).flatMap { ProcessStat($0) } }
    }
}

/// The value of the environment variable `name` that a process was started with.
///
/// `absent` if it has no such variable, `unknown` if its environment may not be read.
func startingEnvironment(of pid: pid_t, _ name: String) -> Observed<String> {
    do {
        let bytes = try readFile("/proc/\(pid)/environ", atMost: 4 << 20)
        let prefix = Array("\(name)=".utf8)
        for entry in bytes.split(separator: 0) where entry.starts(with: prefix) {
            return .present(String(decoding: entry.dropFirst(prefix.count), as: UTF8.self))
        }
        return .absent
    } catch {
        return .unknown("\(error)")
    }
}
