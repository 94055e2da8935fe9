import Datasets
import Volumes

/// A case as a network sees it: its image and labels prepared alike.
package struct PreparedCase {
  let id: String
  let image: Volume
  /// On the image's grid.
  let labels: LabelMap
  /// What the labels lost at the common spacing; nil where they lost nothing.
  let loss: ForegroundLoss?

  package init(id: String, image: Volume, labels: LabelMap, loss: ForegroundLoss? = nil) {
    (self.id, self.image, self.labels, self.loss) = (id, image, labels, loss)
  }
}
