package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckoutTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir private Path folder;

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void aBranchsCommitIsToldInEveryFolderOfTheCheckout() throws IOException {
    write("project/.git/HEAD", "ref: refs/heads/main\n");
    write("project/.git/refs/heads/main", COMMIT + "\n");
    Path module = Files.createDirectories(folder.resolve("project/module/src"));
    assertThat(Checkout.commit(module)).contains(COMMIT);
  }

  @Test
  void aCommitWithoutABranchIsTold() throws IOException {
    write("project/.git/HEAD", COMMIT + "\n");
    assertThat(Checkout.commit(folder.resolve("project"))).contains(COMMIT);
  }

  @Test
  void aPackedBranchIsFound() throws IOException {
    write("project/.git/HEAD", "ref: refs/heads/main\n");
    write(
        "project/.git/packed-refs",
        "# pack-refs with: peeled fully-peeled sorted\n"
            + "f".repeat(40)
            + " refs/heads/not/refs/heads/main2\n"
            + COMMIT
            + " refs/heads/main\n");
    assertThat(Checkout.commit(folder.resolve("project"))).contains(COMMIT);
  }

  @Test
  void aWorktreeHasItsHeadElsewhereAndItsBranchesWithTheOthers() throws IOException {
    write("tree/.git", "gitdir: ../project/.git/worktrees/tree\n");
    write("project/.git/worktrees/tree/HEAD", "ref: refs/heads/other\n");
    write("project/.git/worktrees/tree/commondir", "../..\n");
    write("project/.git/refs/heads/other", COMMIT + "\n");
    assertThat(Checkout.commit(folder.resolve("tree"))).contains(COMMIT);
  }

  @Test
  void whatIsNoCommitIsNotTold() throws IOException {
    write("project/.git/HEAD", "ref: refs/heads/main\n");
    assertThat(Checkout.commit(folder.resolve("project"))).as("no commit yet").isEmpty();
    write("project/.git/refs/heads/main", "\u001b[31m hostile\n");
    assertThat(Checkout.commit(folder.resolve("project"))).isEmpty();
    write("other/.git", "no place\n");
    assertThat(Checkout.commit(folder.resolve("other"))).isEmpty();
  }
}
