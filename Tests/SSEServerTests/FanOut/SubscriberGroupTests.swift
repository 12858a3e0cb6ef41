internal import SSEBroker
internal import SSETestSupport
internal import Testing

@testable internal import SSEServer

struct SubscriberGroupTests {
    @Test(arguments: 1...20)
    @available(SwiftSSE 1.0, *)
    func `Whoever comes and leaves during a walk, each member is served once`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let all = 0..<12
        let group = SubscriberGroup(.all)
        var places = MemberPlaces()
        var members: Set<Int> = []
        var served: Set<Int> = []
        var isWalking = false
        for _ in 0..<500 {
            let index = Int.random(in: all, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0 where !members.contains(index):
                // Whoever joins has got everything, that of this walk included.
                group.insert(index, &places)
                members.insert(index)
                served.insert(index)
            case 1 where members.contains(index):
                group.remove(index, &places)
                members.remove(index)
                served.remove(index)
            case 2 where !isWalking:
                group.records = try records(["event"])
                group.beginWalk()
                served = []
                isWalking = true
            default:
                guard isWalking else { continue }
                if let next = group.popNext() {
                    #expect(members.contains(next))
                    #expect(served.insert(next).inserted)
                } else {
                    #expect(served == members)
                    group.endWalk()
                    isWalking = false
                }
            }
            #expect(group.members.count == members.count)
            for number in all {
                #expect(places.isMember(number) == members.contains(number))
                guard members.contains(number) else { continue }
                #expect(Int(group.members[places[number]]) == number)
                #expect(group.hasServed(number, places) == (!isWalking || served.contains(number)))
            }
        }
    }
}
