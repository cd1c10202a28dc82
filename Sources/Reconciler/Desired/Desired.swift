/// What the registry must hold and who is told, as the three files of `desired/` say it.
struct Desired: Sendable, Equatable {
    var builds: [BuildEntry] = []
    var mirrors: [MirrorEntry] = []
    var webhooks: [WebhookEntry] = []
}
