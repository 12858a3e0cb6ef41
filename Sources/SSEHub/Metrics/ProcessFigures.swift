#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// What the system tells of this process, under the names that other programs' metrics have for it.
@available(SwiftSSE 1.0, *)
struct ProcessFigures: Sendable {
    /// Seconds since 1970.
    var startTime: Double
    /// Seconds of processor time.
    var processorTime: Double
    /// Bytes of memory.
    var residentBytes: Int64
    var openFiles: Int64
    var maximumFiles: Int64

    /// The figures now, `nil` on systems that do not have them as Linux does.
    static func now() -> ProcessFigures? {
        #if os(Linux)
        // The program's name stands in parentheses, and may have others and spaces in it.
        guard let state = Self.read("/proc/self/stat"), let nameEnd = state.lastIndex(of: ")"),
            let boot = Self.read("/proc/stat").flatMap(Self.bootTime)
        else {
            return nil
        }
        // Those behind the name begin with the third field of proc(5).
        let fields = state[state.index(after: nameEnd)...].split(separator: " ")
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
            let start = Double(fields[19]), let pages = Int64(fields[21])
        else {
            return nil
        }
        return ProcessFigures(
            startTime: boot + start / ticks,
            processorTime: (user + system) / ticks,
            residentBytes: pages * Int64(sysconf(Int32(_SC_PAGESIZE))),
            openFiles: Self.openFileCount(),
            maximumFiles: Int64(clamping: sysconf(Int32(_SC_OPEN_MAX)))
        )
        #else
        return nil
        #endif
    }

    func write(to text: inout PrometheusText) {
        text.family("process_cpu_seconds_total", .counter)
        text.sample("process_cpu_seconds_total", "", self.processorTime)
        text.family("process_max_fds", .gauge)
        text.sample("process_max_fds", "", self.maximumFiles)
        text.family("process_open_fds", .gauge)
        text.sample("process_open_fds", "", self.openFiles)
        text.family("process_resident_memory_bytes", .gauge)
        text.sample("process_resident_memory_bytes", "", self.residentBytes)
        text.family("process_start_time_seconds", .gauge)
        text.sample("process_start_time_seconds", "", self.startTime)
    }

    #if os(Linux)
    private static func bootTime(_ state: String) -> Double? {
        guard let line = state.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }) else { return nil }
        return Double(line.dropFirst("btime ".count))
    }

    /// A small file of the system's. Those have no length that could be asked for.
    private static func read(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while bytes.count < 4 * 1024 * 1024 {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func openFileCount() -> Int64 {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count: Int64 = 0
        while readdir(directory) != nil { count += 1 }
        // Without the directory itself, its parent and what this reads it by.
        return max(0, count - 3)
    }
    #endif
}
