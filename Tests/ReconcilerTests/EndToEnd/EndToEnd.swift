import Testing

/// The real program on real repositories, builders and registries; one test at a time, for each keeps the machine busy.
@Suite(.serialized) struct EndToEnd {}
