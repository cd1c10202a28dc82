import Testing

/// The loop as it runs on a server: the real program, started and left alone; one test at a time, for each keeps the
/// machine busy.
@Suite(.serialized) struct ServiceSuite {}
