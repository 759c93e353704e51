package dev.tidings.recorder.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.catalogue.Catalogue;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ActionTest {
  @Test
  void theSetsAreThoseThatGoDoxyUsersKnow() {
    assertThat(Action.CONTAINER_CREATE.isContainerStart()).isTrue();
    assertThat(Action.CONTAINER_START.isContainerStart()).isTrue();
    assertThat(Action.CONTAINER_UNPAUSE.isContainerStart()).isTrue();
    assertThat(Action.CONTAINER_KILL.isContainerStop()).isTrue();
    assertThat(Action.CONTAINER_STOP.isContainerStop()).isTrue();
    assertThat(Action.CONTAINER_DIE.isContainerStop()).isTrue();
    assertThat(Action.CONTAINER_PAUSE.isContainerPause()).isTrue();
    assertThat(Action.CONTAINER_PAUSE.isContainerStop()).isFalse();
    assertThat(Action.CONTAINER_DESTROY.isContainerStop()).isFalse();
    assertThat(Action.FILE_RENAMED.isFileChange()).isTrue();
    assertThat(Action.ofType("docker.ContainerDied")).isEqualTo(Action.CONTAINER_DIE);
    assertThat(Action.ofType("demo.Started")).isEqualTo(Action.NONE);
  }

  @Test
  void everyTypeIsInItsCatalogueWithABitOfItsOwn() {
    Set<Action> seen = new HashSet<>();
    for (DockerEvent type : DockerEvent.values()) {
      assertThat(Catalogue.of(DockerEvent.class).type(type.name()).orElseThrow().qualifiedName())
          .isEqualTo(type.type());
      assertThat(Action.ofType(type.type())).isEqualTo(type.action());
      assertThat(Integer.bitCount(type.action().bits())).isEqualTo(1);
      assertThat(seen.add(type.action())).isTrue();
    }
    for (FileEvent type : FileEvent.values()) {
      assertThat(Catalogue.of(FileEvent.class).type(type.name()).orElseThrow().qualifiedName())
          .isEqualTo(type.type());
      assertThat(Action.ofType(type.type())).isEqualTo(type.action());
    }
  }
}
