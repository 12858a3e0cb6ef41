extension Unicode.Scalar {
    /// Whether this is a control character (C0, DEL, C1) or a format character (such as U+200E or U+FEFF).
    var isControlOrFormat: Bool {
        if self.value < 0x7F { return self.value < 0x20 }
        return self.value < 0xA0 || self.properties.generalCategory == .format
    }
}
