import Glibc

/// A registry process that an earlier run started and did not live to stop.
struct RegistryProcess: Sendable {
    static let program = "docker-registry"
    private let stat: ProcessStat

    /// Finds the process of this account that serves the configuration `file`; nil if there is none.
    init?(serving file: String) {
        let isOurs = { (process: ProcessStat) in
            let line = (try? readFile("/proc/\(process.pid)/cmdline", atMost: 64 << 10)) ?? []
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            guard words.count == 3, words[1] == "serve", words[2] == file else { return false }
            return words[0].split(separator: "/").last == Substring(Self.program)
        }
        guard let found = ProcessStat.all().first(where: { !$0.isZombie && isOurs($0) }) else { return nil }
        stat = found
    }

    /// A first thread that has ended says nothing yet: the others hold the port until they have ended too.
    private var isRunning: Bool {
        guard let now = ProcessStat(stat.pid), now.startTime == stat.startTime else { return false }
        let threads = (try? listFolder("/proc/\(stat.pid)/task")) ?? []
        return !now.isZombie || threads.count > 1
    }

    /// Ends it: SIGTERM, and SIGKILL after three seconds.
    func end() async {
        guard isRunning else { return }
        kill(stat.pid, SIGTERM)
        // Not to be cut short by the end of the task: the port must be free.
        await Task.detached {
            let deadline = ContinuousClock.now + .seconds(3)
            while isRunning, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(10)) }
            if isRunning { kill(stat.pid, SIGKILL) }
            while isRunning { try? await Task.sleep(for: .milliseconds(10)) }
        }.value
    }
}

/// The registry's configuration (distribution documentation, "Configuring a registry"); a JSON text is one of YAML.
func registryConfiguration(port: UInt16, data: String) -> String {
    JSON(members: [
        ("version", "0.1"),
        ("log", JSON(members: [("level", "warn"), ("accesslog", JSON(members: [("disabled", true)]))])),
        (
            "storage",
            JSON(members: [
                ("filesystem", JSON(members: [("rootdirectory", .string(data))])),
                ("delete", JSON(members: [("enabled", true)])),
            ])
        ),
        ("http", JSON(members: [("addr", .string("127.0.0.1:\(port)"))])),
    ]).pretty
}

/// Whether some program accepts connections on a port of 127.0.0.1.
func isListening(onLoopback port: UInt16) -> Bool {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { return false }
    let descriptor = FileDescriptor(number)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}

/// Whether `PATH` has a program of this name.
func isInstalled(_ program: String) -> Bool {
    let path = currentEnvironment()["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
}
