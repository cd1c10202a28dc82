import CLinux
import Glibc

/// When a child process is ended early.
struct Bounds: Sendable {
    /// The time after which it gets SIGTERM; nil means never.
    let limit: Duration?
    /// What then passes until SIGKILL.
    let grace: Duration
    /// Asked twice a second; a text ends the child for that reason.
    let stopsFor: (@Sendable () -> String?)?
}

/// Watches one child process from a blocking thread: feeds it, reads it, ends it in steps, reaps it.
struct Supervision {
    private let bounds: Bounds
    private var output: Stream
    private var errors: Stream

    private enum Phase {
        case running
        /// SIGTERM was sent; SIGKILL follows at `killAt`, nil once it was sent too.
        case ending(because: Termination, killAt: ContinuousClock.Instant?)
    }

    init(
        _ bounds: Bounds,
        output: Keep,
        errors: Keep,
        redaction: Redaction,
        onLine: (@Sendable (String) -> Void)?
    ) {
        self.bounds = bounds
        self.output = Stream(output, redaction: redaction, onLine: onLine)
        self.errors = Stream(errors, redaction: redaction, onLine: onLine)
    }

    /// Returns once the child has ended and is reaped.
    ///
    /// `endsGroup` kills what is then left of its process group; `onBeat` is called about once a second until then.
    func run(
        _ child: Spawned,
        input: [UInt8],
        wake: Wake,
        endsGroup: Bool,
        onBeat: (() -> Void)? = nil
    ) -> Finished {
        var copy = self
        return copy.watch(child, input: input, wake: wake, endsGroup: endsGroup, onBeat: onBeat)
    }

    private mutating func watch(
        _ child: Spawned,
        input: [UInt8],
        wake: Wake,
        endsGroup: Bool,
        onBeat: (() -> Void)?
    ) -> Finished {
        let deadline = bounds.limit.map { ContinuousClock.now + $0 }
        var phase = Phase.running
        var feed = Feed(child.input, input)
        output.descriptor = child.output
        errors.descriptor = child.errors
        var nextBeat = onBeat.map { _ in ContinuousClock.now + .seconds(1) }
        while true {
            let isRunning = if case .running = phase { true } else { false }
            var polled = [
                pollfd(fd: child.ended.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isRunning ? wake.descriptor.number : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: feed.descriptor?.number ?? -1, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: output.descriptor?.number ?? -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errors.descriptor?.number ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            let wakeUp = [next(phase, deadline), nextBeat].compactMap { $0 }.min()
            poll(&polled, nfds_t(polled.count), milliseconds(until: wakeUp))
            if let beat = nextBeat, ContinuousClock.now >= beat {
                onBeat?()
                nextBeat = ContinuousClock.now + .seconds(1)
            }
            if polled[2].revents != 0 { feed.write() }
            if polled[3].revents != 0 { output.read() }
            if polled[4].revents != 0 { errors.read() }
            if polled[0].revents != 0 { break }
            if polled[1].revents != 0 { phase = terminate(child, because: .cancelled) }
            advance(&phase, child, deadline: deadline)
        }
        if case .running = phase, !endsGroup {} else { kill(-child.pid, SIGKILL) }
        return finish(child, phase)
    }

    private func finish(_ child: Spawned, _ phase: Phase) -> Finished {
        var (output, errors) = (output, errors)
        output.drain()
        errors.drain()
        let status = reap(child.pid)
        var termination = status
        if case .ending(let cause, _) = phase { termination = cause }
        return Finished(termination: termination, output: output.captured, errors: errors.captured)
    }

    private func next(_ phase: Phase, _ deadline: ContinuousClock.Instant?) -> ContinuousClock.Instant? {
        switch phase {
        case .running:
            bounds.stopsFor == nil ? deadline : min(deadline ?? .now + .milliseconds(500), .now + .milliseconds(500))
        case .ending(_, let killAt): killAt
        }
    }

    private func advance(_ phase: inout Phase, _ child: Spawned, deadline: ContinuousClock.Instant?) {
        switch phase {
        case .running:
            if let deadline, let limit = bounds.limit, ContinuousClock.now >= deadline {
                phase = terminate(child, because: .timedOut(after: limit))
            } else if let reason = bounds.stopsFor?() {
                phase = terminate(child, because: .stopped(reason))
            }
        case .ending(let cause, let killAt):
            guard let killAt, ContinuousClock.now >= killAt else { return }
            kill(-child.pid, SIGKILL)
            phase = .ending(because: cause, killAt: nil)
        }
    }

    private func terminate(_ child: Spawned, because cause: Termination) -> Phase {
        kill(-child.pid, SIGTERM)
        return .ending(because: cause, killAt: ContinuousClock.now + bounds.grace)
    }
}

/// Milliseconds for poll(2), rounded up; -1 means without end.
private func milliseconds(until instant: ContinuousClock.Instant?) -> Int32 {
    guard let instant else { return -1 }
    let seconds = ContinuousClock.now.duration(to: instant).inSeconds
    return Int32(max(0, min(seconds * 1_000, 60_000)).rounded(.up))
}

private func reap(_ pid: pid_t) -> Termination {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 {
        if errno != EINTR { return .notStarted("its exit status was lost: \(errnoText())") }
    }
    return linux_exited(status) != 0 ? .exited(linux_exit_status(status)) : .signalled(linux_signal(status))
}
