package dev.tidings.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.testcontainers.utility.DockerImageName;

class ImagesTest {
  @Test
  void areOfThisVersion() {
    assertThat(Images.PLATFORM.getVersionPart()).matches("\\d+\\.\\d+\\.\\d+.*");
    assertThat(Images.DEDUP.getRepository()).isEqualTo("tidings/tidings-dedup");
  }

  @Test
  void mayComeFromAnotherRegistry() {
    DockerImageName image =
        DockerImageName.parse("registry.example.com:5000/mirror/tidings-platform:1.2.0");
    assertThat(Images.checked(image, Images.PLATFORM)).isEqualTo(image);
    DockerImageName substitute =
        DockerImageName.parse("own/all-in-one").asCompatibleSubstituteFor(Images.PLATFORM);
    assertThat(Images.checked(substitute, Images.PLATFORM)).isEqualTo(substitute);
  }

  @Test
  void areNotMistakenForOthers() {
    DockerImageName other = DockerImageName.parse("apache/kafka:4.3.1");
    assertThatThrownBy(() -> Images.checked(other, Images.PLATFORM))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("tidings/tidings-platform");
  }
}
