import Glibc

/// Prints a line on standard output.
func say(_ line: String) { put(line + "\n", on: 1) }

/// Prints a line on standard error.
func complain(_ line: String) { put(line + "\n", on: 2) }

/// Whether standard error is a terminal.
var complaintsAreRead: Bool { isatty(2) == 1 }

/// Writes all of `text`; a reader that went away is nobody to complain to.
func put(_ text: String, on descriptor: Int32) {
    try? writeAll(text.utf8, to: descriptor, "standard output")
}
