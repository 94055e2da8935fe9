import Networks

/// Transfer learning: copies the weights of a trained network into a new one, except those of some parts.
/// Source: Yosinski et al., "How transferable are features in deep neural networks?", NeurIPS 2014.
public enum WeightTransfer {
  /// The names of the kept and of the reinitialised parameters.
  public struct Report: Sendable, Equatable {
    /// The kept parameters.
    public var kept: [String] = []
    /// The reinitialised parameters.
    public var reinitialised: [String] = []
  }

  /// Fills `parameters` from a trained model file, and reinitialises those of `parts`.
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
