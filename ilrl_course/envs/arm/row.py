"""What stands where in the arm's observation; `ArmRow` in world.py says what it means."""

OBS_DIM = 28
GRIPPER, BLOCK, BETWEEN = slice(0, 3), slice(3, 6), slice(6, 9)
FINGERS, ROTATION = slice(9, 11), slice(11, 14)
BLOCK_VELOCITY, SPIN = slice(14, 17), slice(17, 20)
GRIPPER_VELOCITY, FINGER_VELOCITY = slice(20, 23), slice(23, 25)
GOAL = slice(25, 28)
RESTING = 0.425  # m: the height of the block's middle when it lies on the table
