/* Functions that lose bytes, lie about errors or depend on hidden state; using one is a compile error. */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#pragma GCC poison strcpy strcat strncpy sprintf vsprintf strtok gets atoi atol
#pragma GCC poison gmtime localtime asctime rand system popen
#undef alloca
#pragma GCC poison alloca

#endif
