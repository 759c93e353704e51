package dev.tidings.writers.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DiskSyncTest {
  private final DiskSync disk = new DiskSync();

  @AfterEach
  void close() {
    disk.close();
  }

  @Test
  void beginsOnlyWhenNothingIsUnderWay() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    assertThat(disk.begin(() -> await(done))).isTrue();
    assertThat(disk.begin(() -> {})).isFalse();

    done.countDown();
    disk.await();

    assertThat(disk.begin(() -> {})).isTrue();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** The system says it once: it must not be lost with whoever happened to ask first. */
  @Test
  void aFailureIsToldToAllWhoComeLater() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    disk.begin(
        () -> {
          failed.countDown();
          throw new IOException("No space left on device");
        });
    failed.await();

    assertThatIOException()
        .isThrownBy(disk::await)
        .withMessageContaining("did not reach the disk")
        .withMessageContaining("No space left on device");
    assertThatIOException().isThrownBy(() -> disk.begin(() -> {}));
    assertThatIOException().isThrownBy(disk::await);
  }
}
