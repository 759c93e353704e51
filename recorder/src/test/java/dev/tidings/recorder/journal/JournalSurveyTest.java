package dev.tidings.recorder.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalSurveyTest {
  @TempDir Path shared;

  @Test
  void journalsAreToldWithTheirSizeAndWhetherSomebodyUsesThem() throws Exception {
    UUID left = UUID.fromString("018f0000-0000-7000-8000-000000000001");
    UUID used = UUID.fromString("018f0000-0000-7000-8000-000000000002");
    for (UUID journal : List.of(used, left)) {
      JournalDirectory directory = JournalDirectory.create(shared, journal, "here", 1);
      Files.write(directory.path().resolve("0000000000000000.segment"), new byte[1_000]);
      if (journal.equals(left)) {
        directory.close();
      }
    }
    Files.createDirectory(shared.resolve("something else"));

    List<JournalSurvey> survey = JournalSurvey.of(shared);

    assertThat(survey).extracting(JournalSurvey::journal).containsExactly(left, used);
    assertThat(survey).extracting(JournalSurvey::inUse).containsExactly(false, true);
    assertThat(survey).allMatch(one -> one.bytes() > 1_000);
    // Looking at it has not taken its lock for good.
    try (FileChannel channel =
            FileChannel.open(
                shared.resolve(left.toString()).resolve("lock"), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void whatIsSetAsideIsCounted() throws Exception {
    assertThat(JournalSurvey.setAside(shared)).isZero();
    SetAside.in(shared).refused(UUID.randomUUID(), 7, "refused");
    assertThat(JournalSurvey.setAside(shared)).isOne();
    assertThat(JournalSurvey.of(shared.resolve("nowhere"))).isEmpty();
  }
}
