import Networks

/// Transfer learning: a new network begins with the weights of a trained one, all but a part.
/// Source: Yosinski et al., "How transferable are features in deep neural networks?", NeurIPS 2014.
public enum WeightTransfer {
  /// What became of the parameters, by name.
  public struct Report: Sendable, Equatable {
    /// Taken over.
    public var kept: [String] = []
    /// Begun anew.
    public var reinitialised: [String] = []
  }

  /// Fills `parameters` from a trained weight file, and begins those of `parts` anew.
  ///
  /// - Throws: `NetworkError.missingParameter`, `.shapeMismatch` where a part to be kept differs; `fileName` names the
  ///   file in them.
  public static func transfer(
    from file: WeightFile, fileName: String, to network: Network, parameters: ParameterBuffer,
    reinitialising parts: [UNetPart], seed: UInt64, stage: String
  ) throws -> Report {
    func isNew(_ name: String) -> Bool { parts.contains { $0.contains(name) } }
    try file.load(into: parameters, file: fileName, where: { !isNew($0) })
    network.initialise(parameters, seed: seed, stage: stage, where: isNew)
    let names = network.layout.entries.map(\.parameter.name)
    return Report(kept: names.filter { !isNew($0) }, reinitialised: names.filter(isNew))
  }
}
