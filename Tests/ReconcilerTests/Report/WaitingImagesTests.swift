import Testing

@testable import Reconciler

struct WaitingImagesTests {
    @Test func `what an image waits for is said when it begins, when it changes, and when it begins again`() {
        let (images, app) = (WaitingImages(), ImageID.build("app"))
        #expect(images.isNews("base", of: app))
        #expect(!images.isNews("base", of: app))
        #expect(images.isNews("base", of: .build("web")))
        #expect(images.isNews("other", of: app))
        images.end(app)
        #expect(images.isNews("other", of: app))
    }
}
