package dev.tidings.infra.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.infra.process.StartException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryHomeTest {

  @TempDir Path home;

  @Test
  void prefersTheProperty() throws Exception {
    Path jar = Files.createFile(home.resolve("apicurio-registry-app-1.2.3-runner.jar"));
    assertThat(RegistryHome.runnerJar(home.toString(), "/nowhere")).isEqualTo(jar);
    assertThat(RegistryHome.runnerJar(null, home.toString())).isEqualTo(jar);
    assertThat(RegistryHome.runnerJar(" ", home.toString())).isEqualTo(jar);
  }

  @Test
  void saysWhatToDoWhenThereIsNone() {
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> RegistryHome.runnerJar(null, null))
        .withMessageStartingWith("No schema registry to start: set TIDINGS_REGISTRY_HOME");
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> RegistryHome.runnerJar(home.toString(), null))
        .withMessageStartingWith("No schema registry in %s: set TIDINGS_REGISTRY_HOME", home);
    Path missing = home.resolve("missing");
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(() -> RegistryHome.runnerJar(missing.toString(), null))
        .withMessageStartingWith("No schema registry in %s: set TIDINGS_REGISTRY_HOME", missing);
  }
}
