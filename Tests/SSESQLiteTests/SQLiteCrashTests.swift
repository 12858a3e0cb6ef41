#if SQLite
import Foundation
import Testing

@testable import SSESQLite

/// What is in the file when the process or the machine fails; with the real program it is shown in `ServeStoreTests`.
@Suite(.timeLimit(.minutes(2)))
struct SQLiteCrashTests {
    /// How many bytes are missing at the end of the write-ahead log, or how much rubbish is there.
    private static let tears = [0, 1, 100, 4_095, 4_096, 4_120, 5_000, 20_000, -1, -24, -4_120, -9_999]

    @available(SwiftSSE 1.0, *)
    @Test(arguments: tears)
    func `A torn write-ahead log loses no event before the tear`(tear: Int) async throws {
        try await LogFolder.with { folder in
            let engine = try await folder.open(durability: .normal)
            for number in 1...50 { try await engine.append("\(number)", to: "a", key: "\(number)") }
            let copy = try folder.copy()
            await engine.close()
            let log = URL(filePath: copy + "-wal")
            var bytes = try Data(contentsOf: log)
            bytes = tear >= 0 ? bytes.dropLast(tear) : bytes + Data(repeating: 0xA5, count: -tear)
            try bytes.write(to: log)

            let second = try await folder.open(copy)
            let bounds = try second.bounds()
            #expect(bounds.epoch == engine.epoch && bounds.first == 1)
            // A transaction takes several pages of four kilobytes; what was not torn is there.
            #expect(tear > 0 ? (30..<50).contains(bounds.last) : bounds.last == 50)
            #expect(try await second.all().map(\.event.data) == (1...Int(bounds.last)).map(String.init))
            #expect(try await second.append("x", to: "a", key: "1").isDuplicate)
            #expect(try await second.append("x", to: "a").position.sequence == bounds.last + 1)
            await second.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(
        arguments: SQLiteDurability.allCases,
        [("boot", "other"), (nil, nil), ("boot", "boot")] as [(String?, String?)]
    )
    func `After a failure of the machine the epoch is another one if events may be lost`(
        durability: SQLiteDurability,
        boots: (String?, String?)
    ) async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open(durability: durability, bootID: boots.0)
            for number in 1...5 { try await first.append("\(number)", to: "a", key: "\(number)") }
            let copy = try folder.copy()
            await first.close()

            let second = try await folder.open(copy, durability: durability, bootID: boots.1)
            let mayHaveLost = durability != .full && (boots.0 == nil || boots.0 != boots.1)
            #expect((second.epoch != first.epoch) == mayHaveLost)
            let bounds = try second.bounds()
            #expect(bounds == LogBounds(epoch: second.epoch, first: 1, last: 5))
            #expect(try await second.all().allSatisfy { $0.position.epoch == second.epoch })
            // Events of before are not repeated.
            #expect(try await second.append("x", to: "a", key: "5").isDuplicate)
            await second.close()

            // Closed, it is in no doubt, whatever became of the machine.
            let third = try await folder.open(copy, durability: durability, bootID: "third")
            #expect(third.epoch == second.epoch)
            await third.close()
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test
    func `From another durability to full nothing is in doubt any more`() async throws {
        try await LogFolder.with { folder in
            let first = try await folder.open(durability: .off)
            try await first.append("1", to: "a")
            let copy = try folder.copy()
            await first.close()
            let second = try await folder.open(copy, durability: .full)
            #expect(second.epoch == first.epoch)
            let again = folder.url.appending(path: "again.db").path
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: copy + suffix, toPath: again + suffix)
            }
            await second.close()
            let third = try await folder.open(again, durability: .full, bootID: "other")
            #expect(third.epoch == first.epoch)
            await third.close()
        }
    }
}
#endif
