package dev.tidings.cli.doctor;

import dev.tidings.recorder.journal.JournalSurvey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Whether the recorders of this machine can write their journals, and nobody's are left behind. */
record JournalsCheck(List<Path> directories, InstantSource clock) implements Check {
  private static final long ROOM_BYTES = 1L << 30;
  // A recorder takes over what was left behind within half a minute.
  private static final Duration TAKEN_OVER = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "journals";
  }

  @Override
  public List<Finding> run() throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (Path directory : directories) {
      check(directory, findings);
    }
    return findings;
  }

  private void check(Path directory, List<Finding> findings) throws IOException {
    if (!Files.isDirectory(directory)) {
      findings.add(
          Finding.failure(
              name(),
              directory + " is no directory",
              "name the directory that recorders were given as their journal"));
      return;
    }
    if (!Files.isWritable(directory)) {
      findings.add(
          Finding.failure(
              name(), directory + " cannot be written by this user", "mend its owner and mode"));
      return;
    }
    int before = findings.size();
    long room = Files.getFileStore(directory).getUsableSpace();
    if (room < ROOM_BYTES) {
      findings.add(
          Finding.warning(
              name(),
              "%s has %,d MiB left on its disk".formatted(directory, room >> 20),
              "make room: when a journal cannot grow, events are refused or dropped"));
    }
    List<JournalSurvey> journals = JournalSurvey.of(directory);
    Instant old = clock.instant().minus(TAKEN_OVER);
    List<JournalSurvey> left =
        journals.stream().filter(one -> !one.inUse() && one.changed().isBefore(old)).toList();
    if (!left.isEmpty()) {
      findings.add(
          Finding.warning(
              name(),
              "%s has %d journals of processes that ended: events in them wait to be sent"
                  .formatted(directory, left.size()),
              "start a recorder with this directory: it takes them over"));
    }
    int aside = JournalSurvey.setAside(directory);
    if (aside > 0) {
      findings.add(
          Finding.warning(
              name(),
              "%s holds %d files of events that Kafka or the registry refused"
                  .formatted(directory.resolve("aside"), aside),
              "they say why; record them again with 'tidings record --from', then remove them"));
    }
    if (findings.size() == before) {
      findings.add(
          Finding.ok(
              name(),
              "%s: %d journals, %,d KiB, in use"
                  .formatted(
                      directory,
                      journals.size(),
                      journals.stream().mapToLong(JournalSurvey::bytes).sum() >> 10)));
    }
  }
}
