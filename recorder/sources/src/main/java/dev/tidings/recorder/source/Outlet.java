package dev.tidings.recorder.source;

import dev.tidings.event.ObjectReference;
import dev.tidings.recorder.EventDraft;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.RecordResult;
import java.util.concurrent.CompletableFuture;

/** Where observations go. Thread-safe. */
@FunctionalInterface
interface Outlet {
  /** Records one; the future is never completed exceptionally. */
  CompletableFuture<RecordResult> submit(Observation seen);

  /** Records with a recorder, as events of its source. */
  static Outlet to(EventRecorder recorder) {
    return seen -> {
      EventDraft draft =
          recorder
              .event(seen.type())
              .severity(seen.severity())
              .message(seen.message())
              .time(seen.time());
      ObjectReference object = seen.object();
      if (object != null) {
        draft.object(object.getKind(), object.getNamespace(), object.getName(), object.getUid());
      }
      seen.attributes().forEach(draft::attribute);
      return draft.submit();
    };
  }
}
