import Testing

/// The real program on real repositories, builders and registries: what is built, and when it is built again.
///
/// One test at a time, for each keeps the machine busy; but not one of all, for then half of the machine waits.
@Suite(.serialized) struct EndToEnd {}

/// The same, for what users ask of the program beside that.
@Suite(.serialized) struct CommandsEndToEnd {}
