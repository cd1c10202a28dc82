/// A URL that is told of new images, and of which ones.
struct WebhookEntry: Sendable, Hashable {
    enum Event: String, Sendable, Hashable {
        case build
        case mirror
    }

    /// `http://` or `https://`, as written.
    let url: String
    /// Patterns for image names (with or without tag); empty means every image.
    let images: [Glob]
    let events: Set<Event>
    /// Header names and values; a value may hold `${NAME}` of the secrets file.
    let headers: [String: String]
}
