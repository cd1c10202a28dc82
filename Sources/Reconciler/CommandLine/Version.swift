import CLinux

/// The version of the program, by semantic versioning of what users see.
let version = "0.9.0"

/// The commit of a release build in full, with `+changes` if files differed from it.
var buildCommit: String { String(cString: linux_build_commit) }
