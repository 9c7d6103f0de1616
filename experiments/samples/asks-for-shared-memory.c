/*
 * Asks the kernel for memory to be shared with other processes, shmget(2), gives it back, and exits
 * 0, or 1 where there is none.
 */
#include <sys/ipc.h>
#include <sys/shm.h>

#define SIZE 4096

int main(void)
{
    int memory = shmget(IPC_PRIVATE, SIZE, IPC_CREAT | 0600);

    return memory < 0 || shmctl(memory, IPC_RMID, 0) < 0;
}
