package dev.tidings.recorder;

import dev.tidings.recorder.journal.JournalReader;
import dev.tidings.recorder.journal.JournalRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Every record of the journal goes out as it is. */
final class SingleReader implements OutgoingReader {
  private final JournalReader journal;

  SingleReader(JournalReader journal) {
    this.journal = journal;
  }

  @Override
  public @Nullable Outgoing next() {
    for (JournalRecord record = journal.next(); record != null; record = journal.next()) {
      JournaledEvent event = JournaledEvent.read(record);
      if (event != null) {
        return new Outgoing(
            journal.journal(),
            record.position(),
            record.position(),
            record.end(),
            event,
            List.of(record.position()));
      }
    }
    return null;
  }

  @Override
  public long position() {
    return journal.position();
  }

  @Override
  public void rewind(long position) {
    journal.rewind(position);
  }

  @Override
  public boolean isExhausted() {
    return journal.isExhausted();
  }
}
