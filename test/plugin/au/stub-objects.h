// How many Core Foundation objects the stub has given out that nobody has released.
#pragma once

extern int gStubObjectsAlive;
