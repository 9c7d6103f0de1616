package org.malassay.firmware.judge;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Findings by content, so that the same file in many images is read once. Safe for threads. */
public interface FileCache {
  /**
   * What is kept of a content.
   *
   * @param sha256 in lower-case hexadecimal
   * @return empty if it is not kept
   */
  Optional<FileFinding> get(String sha256);

  /** Keeps a finding; a cache that cannot only forgets it. */
  void put(String sha256, FileFinding finding);

  /** One that lasts as long as it is held, and keeps everything. */
  static FileCache inMemory() {
    Map<String, FileFinding> kept = new ConcurrentHashMap<>();
    return new FileCache() {
      @Override
      public Optional<FileFinding> get(String sha256) {
        return Optional.ofNullable(kept.get(sha256));
      }

      @Override
      public void put(String sha256, FileFinding finding) {
        kept.put(sha256, finding);
      }
    };
  }

  /** One that keeps nothing. */
  static FileCache none() {
    return new FileCache() {
      @Override
      public Optional<FileFinding> get(String sha256) {
        return Optional.empty();
      }

      @Override
      public void put(String sha256, FileFinding finding) {
        // by what it is
      }
    };
  }
}
