package org.malassay.behavior;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.malassay.behavior.Behavior.Change;
import org.malassay.behavior.Behavior.FileChanges;

/** What happened to files, by the calls that did it. */
final class FileFold {
  private final Map<String, FileChanges> changes = new LinkedHashMap<>();
  private long leftOut;

  void accept(SystemCall call) {
    FileEffects.tell(call, (path, change) -> note(call, path, change));
  }

  private void note(SystemCall call, String path, Change change) {
    FileChanges known = changes.get(path);
    if (known == null) {
      if (changes.size() == Behavior.MOST_FILES) {
        leftOut++;
        return;
      }
      known = new FileChanges(path, call.at(), call.process(), EnumSet.noneOf(Change.class));
      changes.put(path, known);
    }
    known.changes().add(change);
  }

  List<FileChanges> changes() {
    return changes.values().stream()
        .map(
            it ->
                new FileChanges(
                    it.path(),
                    it.at(),
                    it.process(),
                    Collections.unmodifiableSet(EnumSet.copyOf(it.changes()))))
        .toList();
  }

  long leftOut() {
    return leftOut;
  }
}
