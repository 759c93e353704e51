package dev.tidings.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OutstandingTest {
  private static final Duration NO_TIME = Duration.ZERO;

  private final Outstanding outstanding = new Outstanding();

  @Test
  void nothingIsOverAtOnce() throws InterruptedException {
    assertThat(outstanding.await(NO_TIME)).isTrue();
  }

  @Test
  void whatEntersLaterIsNotWaitedFor() throws Exception {
    Outstanding.Epoch before = outstanding.enter();
    assertThat(outstanding.await(NO_TIME)).isFalse();
    Outstanding.Epoch after = outstanding.enter();
    outstanding.leave(before);

    // The first wait ended an epoch; what entered since belongs to this new wait.
    assertThat(outstanding.await(NO_TIME)).isFalse();
    outstanding.leave(after);
    assertThat(outstanding.await(NO_TIME)).isTrue();
  }

  @Test
  void aWaitEndsWhenTheLastOneLeaves() throws Exception {
    Outstanding.Epoch one = outstanding.enter();
    Outstanding.Epoch other = outstanding.enter();
    Thread leaver =
        new Thread(
            () -> {
              outstanding.leave(one);
              outstanding.leave(other);
            });
    leaver.start();

    assertThat(outstanding.await(Duration.ofSeconds(30))).isTrue();
    leaver.join();
  }

  /** True enters, false lets the oldest leave; a wait must say whether anything is under way. */
  @Property
  void agreesWithACount(@ForAll @Size(max = 60) List<Boolean> steps) throws Exception {
    Outstanding counted = new Outstanding();
    Deque<Outstanding.Epoch> inside = new ArrayDeque<>();
    for (boolean enters : steps) {
      if (enters) {
        inside.addLast(counted.enter());
      } else if (!inside.isEmpty()) {
        counted.leave(inside.removeFirst());
      }
      assertThat(counted.await(NO_TIME)).isEqualTo(inside.isEmpty());
    }
  }
}
