import Glibc

@testable import Reconciler

/// System calls on files of the state folder that fail, or are the last that the program makes.
struct FaultyCalls: Sendable {
    let call: String
    /// Which of them, from 1 on; 0 stands for all.
    let number: Int
    /// The error; 0 is a kill.
    let errno: Int32

    init(_ call: String, number: Int = 0, errno: Int32) {
        (self.call, self.number, self.errno) = (call, number, errno)
    }

    /// Where it stands that there was such a call.
    func sign(in scenario: Scenario) -> String { "\(scenario.top.path)/sign-\(call)-\(number)-\(errno)" }
}

extension Scenario {
    /// One full pass in which calls go wrong; a signal that ends it counts as 128 and its number, as in a shell.
    func pass(withFaults faults: FaultyCalls) async throws -> Run {
        let library = top.path + "/faults.so"
        if try fileKind(library) == nil {
            let source = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Survival/faults.c"
            try await shell("clang -shared -fPIC -O1 -o \(library) '\(source)'")
        }
        let variables = [
            "LD_PRELOAD": library, "FAULT_CALL": faults.call, "FAULT_NUMBER": "\(faults.number)",
            "FAULT_ERRNO": "\(faults.errno)", "FAULT_FOLDER": state, "FAULT_SIGN": faults.sign(in: self),
        ]
        let command = try command(["--once"], environment: variables)
        let finished = await Children.run(command, limit: .seconds(60))
        let status: Int32
        switch finished.termination {
        case .exited(let number): status = number
        case .signalled(let signal): status = 128 + signal
        default: throw Loopback.Failure(message: "\(faults): \(finished.termination): \(finished.errors.text)")
        }
        return Run(status: status, output: finished.output.text, errors: finished.errors.text)
    }
}
